#!/usr/bin/env bash
# Make a base for the image out of Debian's packages, for where no registry of images can be reached. Needs mmdebstrap.
# From the environment: BASE (its name, localhost/python-base), SUITE (trixie, which has Python 3.13), BUILDER (podman,
# buildah or docker).
set -euo pipefail

base=${BASE:-localhost/python-base}
builder=${BUILDER:-$(for one in podman buildah docker; do command -v "$one" && break; done || true)}
[[ -n $builder ]] || { echo "No builder of images: install podman, buildah or docker." >&2; exit 1; }
command -v mmdebstrap >/dev/null || { echo "mmdebstrap is missing: apt-get install mmdebstrap" >&2; exit 1; }

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT

mmdebstrap --quiet --variant=essential --include=python3,python3-venv,python-is-python3,ca-certificates \
  --aptopt='Acquire::Retries "3"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' "${SUITE:-trixie}" "$folder/tree.tar"

printf '%s\n' 'FROM scratch' 'ADD tree.tar /' \
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' 'CMD ["python"]' >"$folder/Containerfile"
"$builder" build --quiet --file "$folder/Containerfile" --tag "$base" "$folder"
