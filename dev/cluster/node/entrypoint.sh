#!/bin/bash
# A single-node Kubernetes that can be started as the rancher/k3s image is:
#
#   server [--tls-san=NAME]... [--kube-apiserver-arg=KEY=VALUE]...
#
# As k3s does, it writes /etc/rancher/k3s/k3s.yaml, imports /var/lib/rancher/k3s/agent/images/*.tar, serves volumes of class
# `local-path`, and prints "Node controller sync successful" when pods can run. Other options of k3s are accepted and ignored.
# shellcheck disable=SC2317 # functions are called by name, by `start`, `await` and `trap`
set -euo pipefail

base=/var/lib/rancher/k3s
pki=$base/server/tls
node=$(hostname)
ip=$(hostname -i | awk '{print $1}')
volumes=24
names="DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
names+=",DNS:localhost,IP:127.0.0.1,IP:10.43.0.1,IP:$ip"
apiserver_options=()

# --- options: `--key=value` and `--key value` ----------------------------------------------------------

accept() {
  case $1 in
    --tls-san) if [[ $2 =~ ^[0-9.]+$ || $2 == *:* ]]; then names+=",IP:$2"; else names+=",DNS:$2"; fi ;;
    --kube-apiserver-arg) apiserver_options+=("--${2#--}") ;;
  esac
}
while (($# > 0)); do
  case $1 in
    --*=*) accept "${1%%=*}" "${1#*=}" ;;
    --tls-san | --kube-apiserver-arg)
      accept "$1" "${2-}"
      shift
      ;;
  esac
  shift
done

# --- certificates and kubeconfigs ----------------------------------------------------------------------

mkdir -p $pki $base/agent/images /etc/rancher/k3s /var/log/k8s /etc/cni/net.d
cd $pki
mount --make-rshared / || true
[[ -s /etc/machine-id ]] || head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >/etc/machine-id

authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$1" -keyout "$1.key" -out "$1.crt" 2>/dev/null; }

# certificate NAME SUBJECT EXTENSIONS. RSA keys, since fabric8 cannot read an EC key from a PKCS#8 PEM.
certificate() {
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf '%s\n' "$3") 2>/dev/null
}

# kubeconfig CERTIFICATE FILE
kubeconfig() {
  cat >"$2" <<Y
apiVersion: v1
kind: Config
clusters: [{name: default, cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: default, user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}}]
contexts: [{name: default, context: {cluster: default, user: default}}]
current-context: default
Y
}

client=extendedKeyUsage=clientAuth
both=extendedKeyUsage=serverAuth,clientAuth
if [[ ! -f admin.crt ]]; then
  authority ca
  authority front
  openssl genrsa -out sa.key 2048 2>/dev/null
  openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
  certificate controllers /CN=system:kube-controller-manager $client
  certificate scheduler /CN=system:kube-scheduler $client
  certificate proxy /CN=system:kube-proxy $client
  certificate admin /O=system:masters/CN=system:admin $client
fi
# These two carry addresses, which may be others after a restart of the container.
certificate apiserver /CN=kube-apiserver "subjectAltName=$names"$'\n'$both
certificate kubelet "/O=system:nodes/CN=system:node:$node" "subjectAltName=DNS:$node,IP:$ip"$'\n'$both
for user in controllers scheduler proxy kubelet; do kubeconfig $user $user.conf; done
kubeconfig admin /etc/rancher/k3s/k3s.yaml
export KUBECONFIG=/etc/rancher/k3s/k3s.yaml

# --- components ----------------------------------------------------------------------------------------

components=()
stopping=
stop() {
  stopping=yes
  kill "${components[@]}" 2>/dev/null || true
  exit 0
}
trap stop TERM INT

# start NAME COMMAND...: in the background, with a log of its own.
start() {
  local name=$1
  shift
  "$@" >"/var/log/k8s/$name.log" 2>&1 &
  components+=($!)
}

# await COMMAND...: until it succeeds; ends the container if a component ends first, so that a broken node is seen at once.
await() {
  local pid
  until "$@" >/dev/null 2>&1; do
    for pid in "${components[@]}"; do kill -0 "$pid" 2>/dev/null || give_up; done
    sleep 0.3
  done
}

give_up() {
  [[ -z $stopping ]] || exit 0
  echo "a component ended; the last lines of each log:"
  tail -n 3 /var/log/k8s/*.log
  exit 1
}

# The data of a test cluster need not survive a power failure.
start etcd node etcd --data-dir=$base/server/db --unsafe-no-fsync --log-level=warn \
  --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 --listen-peer-urls=http://127.0.0.1:2380

# restrict_oom_score_adj: inside a container the kernel may refuse to lower it, and then no pod would start.
cat >/etc/containerd/config.toml <<T
version = 2
root = "$base/agent/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/pgcask-pause:1"
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
T
cat >/etc/cni/net.d/10-bridge.conflist <<'J'
{"cniVersion": "1.0.0", "name": "cbr0", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.42.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
J
# Addresses that were leased before a restart of the container belong to nobody now.
rm -rf /var/lib/cni/networks
start containerd containerd

start kube-apiserver node kube-apiserver --etcd-servers=http://127.0.0.1:2379 --secure-port=6443 --bind-address=0.0.0.0 \
  --advertise-address="$ip" --tls-cert-file=apiserver.crt --tls-private-key-file=apiserver.key --client-ca-file=ca.crt \
  --service-account-key-file=sa.pub --service-account-signing-key-file=sa.key \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local --service-cluster-ip-range=10.43.0.0/16 \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
  --kubelet-client-certificate=apiserver.crt --kubelet-client-key=apiserver.key --kubelet-preferred-address-types=InternalIP \
  --requestheader-client-ca-file=front.crt --requestheader-allowed-names=front --requestheader-username-headers=X-Remote-User \
  --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- "${apiserver_options[@]}"
await kubectl get --raw /readyz
kubectl create clusterrolebinding apiserver-kubelet --clusterrole=system:kubelet-api-admin --user=kube-apiserver >/dev/null 2>&1 || true

start kube-controller-manager node kube-controller-manager --kubeconfig=controllers.conf --use-service-account-credentials \
  --service-account-private-key-file=sa.key --root-ca-file=ca.crt --leader-elect=false --cluster-cidr=10.42.0.0/16 \
  --allocate-node-cidrs=false --node-monitor-grace-period=20s
start kube-scheduler node kube-scheduler --kubeconfig=scheduler.conf --leader-elect=false

cat >kubelet.yaml <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
failSwapOn: false
# Kubernetes 1.34 still runs on cgroup v1; from 1.35 on it does so only if told.
failCgroupV1: false
clusterDNS: [10.43.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
enforceNodeAllocatable: []
# Images that were imported cannot be pulled again: never remove one, however full the host's disk is.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 50Mi}
# Lets kubelet go on where oom_score_adj and some sysctls cannot be set.
featureGates: {KubeletInUserNamespace: true}
maxPods: 200
Y
await ctr version
for archive in /images/*.tar "$base"/agent/images/*.tar; do
  [[ ! -f $archive ]] || ctr -n k8s.io images import "$archive" >/dev/null || echo "cannot import $archive"
done
start kubelet node kubelet --config=kubelet.yaml --kubeconfig=kubelet.conf --hostname-override="$node" --node-ip="$ip"
start kube-proxy node kube-proxy --kubeconfig=proxy.conf --cluster-cidr=10.42.0.0/16 --hostname-override="$node" \
  --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0

cat >Corefile <<'C'
.:53 {
  health 127.0.0.1:8082
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig /etc/rancher/k3s/k3s.yaml default
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }
  forward . /etc/resolv.conf
  cache 5
}
C
start coredns node coredns -conf Corefile

# --- volumes -------------------------------------------------------------------------------------------

# Writable for every user, as the volumes of k3s are; kubelet does not apply fsGroup to them.
make_volume() { rm -rf "$base/storage/pv$1" && mkdir -p "$base/storage/pv$1" && chmod 777 "$base/storage/pv$1"; }

{
  sed "s/NODE_IP/$ip/" /manifests/addons.yaml
  for number in $(seq $volumes); do sed "s/NUMBER/$number/" /manifests/volume.yaml; done
} >/tmp/addons.yaml
for number in $(seq $volumes); do [[ -d $base/storage/pv$number ]] || make_volume "$number"; done
await kubectl apply -f /tmp/addons.yaml

# A volume whose claim is gone is emptied and offered again, in place of the class's reclaim policy Delete.
reuse_volumes() {
  local name phase
  while true; do
    kubectl get persistentvolumes --watch --no-headers -o custom-columns=NAME:.metadata.name,PHASE:.status.phase |
      while read -r name phase; do
        if [[ $phase == Released && $name == local-* ]]; then
          make_volume "${name#local-}"
          kubectl patch persistentvolume "$name" --type=json -p '[{"op": "remove", "path": "/spec/claimRef"}]' || true
        fi
      done || true
    sleep 1
  done
}
start volumes reuse_volumes

node_is_ready() { kubectl get node "$node" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' | grep -qx True; }
await node_is_ready
echo "Node controller sync successful"
wait -n || true
give_up
