#!/usr/bin/env bash
# Makes the certificates in fixtures/ anew, valid from 2020 to 2120, but for the one that is meant to be expired.
# The keys protect nothing: they are known to everyone who reads this repository.
set -euo pipefail
mkdir -p "$(dirname "$0")/fixtures"
cd "$(dirname "$0")/fixtures"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
touch "$work/index"
cat > "$work/openssl.cnf" <<C
[ca]
default_ca = d
[d]
database = $work/index
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha256
policy = p
[p]
organizationName = optional
commonName = supplied
C

# name, subject, extensions, then how it is signed and until when
certificate() {
  local name=$1 subject=$2 extensions=$3; shift 3
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$work/$name.key"
  openssl req -new -key "$work/$name.key" -subj "$subject" -out "$work/$name.csr"
  printf '%b' "$extensions" > "$work/$name.ext"
  openssl ca -batch -notext -config "$work/openssl.cnf" -in "$work/$name.csr" -out "$name.crt" -extfile "$work/$name.ext" \
    -startdate 20200101000000Z "$@" 2>/dev/null
  chmod 644 "$name.crt"
}
long=(-enddate 21200101000000Z)
authority='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'
server='extendedKeyUsage=serverAuth\nsubjectAltName='
client='extendedKeyUsage=clientAuth'

certificate ca "/CN=why-pull test authority" "$authority" -selfsign -keyfile "$work/ca.key" "${long[@]}"
certificate other-ca "/CN=another authority" "$authority" -selfsign -keyfile "$work/other-ca.key" "${long[@]}"
by_ca=(-cert ca.crt -keyfile "$work/ca.key")
certificate server "/CN=api" "${server}DNS:localhost,DNS:api.cluster.test,IP:127.0.0.1,IP:::1" "${by_ca[@]}" "${long[@]}"
certificate wrong-name "/CN=api" "${server}DNS:other.test,IP:10.9.9.9" "${by_ca[@]}" "${long[@]}"
certificate only-names "/CN=api" "${server}DNS:other.test" "${by_ca[@]}" "${long[@]}"
certificate common-name "/CN=localhost" "extendedKeyUsage=serverAuth" "${by_ca[@]}" "${long[@]}"
certificate expired "/CN=api" "${server}DNS:localhost,IP:127.0.0.1" "${by_ca[@]}" -enddate 20210101000000Z
certificate intermediate "/CN=intermediate authority" "$authority" "${by_ca[@]}" "${long[@]}"
certificate below-intermediate "/CN=api" "${server}DNS:localhost,IP:127.0.0.1" -cert intermediate.crt -keyfile "$work/intermediate.key" "${long[@]}"
certificate alice "/O=team-a/CN=alice" "$client" "${by_ca[@]}" "${long[@]}"
certificate bob "/O=team-b/CN=bob" "$client" "${by_ca[@]}" "${long[@]}"

for name in server wrong-name only-names common-name expired below-intermediate alice bob; do
  cp "$work/$name.key" "$name.key"
  chmod 644 "$name.key"
done
