export type HelpTopic = "why-pull" | "can-pull" | "explain" | "completion" | "version";

/** At most 80 columns and 40 lines each, with what people copy first. */
export function helpText(topic: HelpTopic): string {
  return pages[topic];
}

const pages: Readonly<Record<HelpTopic, string>> = {
  "why-pull": `Explains which credential the node used for the image it could not pull, why
that failed, and what heals it.

Examples:
  kubectl why-pull                       every failing Pod of the namespace
  kubectl why-pull web -n shop           one Pod
  kubectl why-pull deploy/web            the Pods of a workload
  kubectl why-pull web -o json           for scripts
  kubectl why-pull web --save-bundle b.yaml   to show to somebody else
  kubectl why-pull -f b.yaml             without a cluster
  kubectl why-pull explain               all causes; explain CAUSE for one
  kubectl why-pull explain --message -   what an error text proves

Usage:
  kubectl why-pull [POD | TYPE/NAME | TYPE NAME]... [flags]
  kubectl why-pull can-pull | explain | completion | version     each has --help
TYPE: deployment, statefulset, daemonset, replicaset, job, cronjob, node, pod.
A Pod called explain, can-pull or version is pod/explain and so on.

Flags:
  -n, --namespace NAME         -A, --all-namespaces      -l, --selector LABELS
  -c, --container NAME         only this container or image volume
  -f, --filename FILE|DIR|-    objects as kubectl get -o yaml|json prints them
  -o, --output FORMAT          text, wide, json, yaml, markdown, name, html
      --field-selector FIELDS  only Pods with these fields
      --contexts A,B|all       several clusters at once
      --wait[=5m]              until every image is there, or one never will be
  -w, --watch                  a line when an image fails, changes or heals
      --save-bundle FILE       write what was read, without any secret value
      --probe                  ask the registry too, with the Pod's own logins;
                               --trust-realm HOST, --registry-ca FILE and
                               --plain-http HOST say how
      --credential-provider-config FILE   the node's CredentialProviderConfig
      --color WHEN             auto, always, never
      --context NAME, --kubeconfig FILE and all others of 'kubectl options'

Exit codes: 0 no failing pull, 1 a failing pull, 2 wrong usage,
            3 the evidence could not be gathered, 70 a fault of ours
`,
  "can-pull": `Answers before anything runs, or before it moves to another node: can its
images be pulled? yes, no or unknown for each, with the login that the kubelet
would hand over, and what the registry says to it.

Examples:
  kubectl why-pull can-pull registry.example/shop/api:1.0 -n shop   an image
  kubectl why-pull can-pull -f deploy/ -n shop                      manifests
  helm template . | kubectl why-pull can-pull -f - -n shop
  kubectl why-pull can-pull deployment/web cronjob/nightly          workloads
  kubectl why-pull can-pull -n shop                                 all there

Usage:
  kubectl why-pull can-pull [IMAGE | TYPE/NAME]... [flags]
  kubectl why-pull can-pull -f FILE|DIR|- [flags]

Flags:
  -n, --namespace NAME         -A, --all-namespaces      -l, --selector LABELS
  -f, --filename FILE|DIR|-    manifests; Secrets and ServiceAccounts come from
                               them where they are, else from the cluster
      --serviceaccount NAME    of the Pods to come
      --image-pull-secret NAME of the Pods to come, repeatable
      --platform OS/ARCH       in place of the platforms of the cluster's nodes
      --no-probe               compute only, and ask no registry
      --server                 without a URL: ask admission too, by a dry run;
                               needs the right to create Pods, and makes none
      --trust-realm HOST       token server that may have the registry's login
      --registry-ca FILE       certificates to trust at registries
      --plain-http HOST        registry that is asked by plain HTTP
  -o, --output FORMAT          text, wide, json or yaml
      --color WHEN             auto, always, never

Exit codes: 0 all can be pulled, 1 one cannot, 3 one is not known
`,
  explain: `Shows what can be wrong with a pull, or what an error text proves.

Examples:
  kubectl why-pull explain                          all causes
  kubectl why-pull explain registry-key-mismatch    the page of one
  kubectl why-pull explain --message 'Failed to pull image "web": ...'
  kubectl describe pod web | kubectl why-pull explain --message -

Usage:
  kubectl why-pull explain [CAUSE | --message TEXT|-] [flags]

Flags:
      --message TEXT|-     one message, or text with messages in it;
                           - reads standard input
  -o, --output FORMAT      text, json, yaml, markdown, name
      --color WHEN         auto, always, never

A long page goes through $KUBECTL_PAGER, $PAGER or less, on a terminal only.
`,
  completion: `Completes Pods, workloads, namespaces, contexts, containers, causes and flags.

For 'kubectl why-pull', kubectl looks for a program kubectl_complete-why_pull:
  kubectl why-pull completion install          writes it beside kubectl-why_pull
  kubectl why-pull completion install --dir D  or into a folder of PATH
kubectl's own completion must be on: see 'kubectl completion --help'.

For 'kubectl-why_pull' by itself, a script for the shell:
  source <(kubectl why-pull completion bash)
  source <(kubectl why-pull completion zsh)
  kubectl why-pull completion fish | source
  kubectl why-pull completion powershell | Out-String | Invoke-Expression

Usage:
  kubectl why-pull completion bash | zsh | fish | powershell
  kubectl why-pull completion install [--dir DIR]
`,
  version: `Prints the version, the commit it was built from and its Node.

Usage:
  kubectl why-pull version
`,
};
