#!/usr/bin/env bash
# Build the image `sheriff` with the builder that is there. From the environment: BASE (the image to start from), TAG,
# BUILDER (podman, buildah or docker). Arguments go to the builder, e.g. --volume /etc/ssl/certs:/etc/ssl/certs:ro
set -euo pipefail
cd "$(dirname "$0")/.."

builder=${BUILDER:-$(for one in podman buildah docker; do command -v "$one" && break; done || true)}
[[ -n $builder ]] || { echo "No builder of images: install podman, buildah or docker." >&2; exit 1; }

options=(--file Containerfile --tag "${TAG:-sheriff}")
[[ -z ${BASE:-} ]] || options+=(--build-arg "BASE=$BASE")
# OCI's format, the default of these two, has no word for HEALTHCHECK: it would be dropped.
[[ ${builder##*/} == docker ]] || options+=(--format docker)

exec "$builder" build "${options[@]}" "$@" .
