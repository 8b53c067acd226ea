/** Kubeconfigs as common tools write them, without their certificates. `printed` are those that need no YAML package. */
export const samples: readonly { readonly by: string; readonly text: string; readonly printed: boolean }[] = [
  {
    by: "kubectl config",
    printed: true,
    text: `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    server: https://10.0.0.1:6443
  name: prod
contexts:
- context:
    cluster: prod
    namespace: team-a
    user: prod-admin
  name: prod
current-context: prod
kind: Config
preferences: {}
users:
- name: prod-admin
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
    client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCg==
`,
  },
  {
    by: "aws eks update-kubeconfig",
    printed: true,
    text: `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://ABCDEF0123456789.gr7.eu-central-1.eks.amazonaws.com
  name: arn:aws:eks:eu-central-1:111122223333:cluster/prod
contexts:
- context:
    cluster: arn:aws:eks:eu-central-1:111122223333:cluster/prod
    user: arn:aws:eks:eu-central-1:111122223333:cluster/prod
  name: arn:aws:eks:eu-central-1:111122223333:cluster/prod
current-context: arn:aws:eks:eu-central-1:111122223333:cluster/prod
kind: Config
users:
- name: arn:aws:eks:eu-central-1:111122223333:cluster/prod
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-central-1
      - eks
      - get-token
      - --cluster-name
      - prod
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: production
`,
  },
  {
    by: "gcloud container clusters get-credentials",
    printed: true,
    text: `users:
- name: gke_project-1_europe-west1_prod
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: gke-gcloud-auth-plugin
      installHint: Install gke-gcloud-auth-plugin for use with kubectl by following
        https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin
      provideClusterInfo: true
`,
  },
  {
    by: "az aks get-credentials with kubelogin",
    printed: true,
    text: `users:
- name: clusterUser_group_prod
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - 'aa11bb22-0000-1111-2222-333344445555'
      command: kubelogin
      env: null
      provideClusterInfo: false
`,
  },
  {
    by: "minikube",
    printed: false,
    text: `apiVersion: v1
clusters:
- cluster:
    certificate-authority: /home/someone/.minikube/ca.crt
    extensions:
    - extension:
        last-update: Tue, 03 Nov 2026 10:00:00 CET
        provider: minikube.sigs.k8s.io
        version: v1.37.0
      name: cluster_info
    server: https://192.168.49.2:8443
  name: minikube
- cluster: {server: "https://[::1]:6443"} # by hand
  name: v6
`,
  },
  {
    by: "Rancher, with quotes everywhere",
    printed: true,
    text: `apiVersion: v1
kind: Config
clusters:
- name: "local"
  cluster:
    server: "https://rancher.example.test/k8s/clusters/c-m-abcd"

users:
- name: "local"
  user:
    token: "kubeconfig-user-abc:def"

contexts:
- name: "local"
  context:
    user: "local"
    cluster: "local"

current-context: "local"
`,
  },
  {
    by: "hand, in one-line brackets",
    printed: true,
    text: `# a comment
apiVersion: v1
clusters: [{name: lab, cluster: {server: "https://127.0.0.1:16443", certificate-authority: 'it''s/ca.crt'}}]
users: [{name: admin, user: {client-certificate: a.crt,client-key: a.key}}, {name: none, user: {}}]
contexts:
  - {name: lab, context: {cluster: lab, user: admin}}
`,
  },
  {
    by: "hand, with anchors, blocks and escapes",
    printed: false,
    text: `users:
- name: &who someone
  user: {token: "a\\tb", username: *who}
- name: folded
  user:
    exec:
      installHint: |
        two
        lines
`,
  },
];
