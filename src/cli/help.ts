/** One screen, with what people copy. */
export function helpText(): string {
  return `Explains which credential the node used for the image it could not pull, why that
failed, and what heals it.

Examples:
  kubectl why-pull                       every failing Pod of the namespace
  kubectl why-pull web -n shop           one Pod
  kubectl why-pull deploy/web            the Pods of a workload
  kubectl why-pull web -o json           for scripts
  kubectl why-pull -f bundle.yaml        no cluster: what kubectl get -o yaml printed
  kubectl why-pull explain               all causes; explain CAUSE shows its page
  kubectl why-pull explain --message -   what an error text proves

Usage:
  kubectl why-pull [POD | TYPE/NAME]... [flags]
  kubectl why-pull explain [CAUSE] | completion SHELL|install | version

Flags:
  -n, --namespace NAME         -A, --all-namespaces     -l, --selector LABELS
  -c, --container NAME         only this container or image volume
  -f, --filename FILE|DIR|-    objects from files instead of a cluster
  -o, --output FORMAT          text, wide, json, yaml, markdown, name
      --field-selector FIELDS  only Pods with these fields
      --save-bundle FILE       write what was read, without any secret value
      --credential-provider-config FILE   the node's CredentialProviderConfig
      --color WHEN             auto, always, never
      --context NAME, --kubeconfig FILE and all others of 'kubectl options'

Exit codes: 0 no failing pull · 1 a failing pull · 2 wrong usage ·
            3 the evidence could not be gathered · 70 a fault of ours
`;
}
