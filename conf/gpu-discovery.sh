#!/usr/bin/env bash
# Finds this machine's NVIDIA GPUs for Spark, and prints them as Spark wants them:
# {"name": "gpu", "addresses": ["0", "1"]}
#
# Named by spark.gpuDiscoveryScript, or on a standalone cluster by the workers'
# spark.worker.resource.gpu.discoveryScript. Where CUDA_VISIBLE_DEVICES is set, only what it lists is
# printed, in its own words.
set -euo pipefail

failure() {
  echo "gpu-discovery: $1" >&2
  exit 1
}

command -v nvidia-smi >/dev/null ||
  failure "there is no nvidia-smi on PATH; it comes with NVIDIA's driver, and a machine without GPUs needs no discovery"
listing="$(nvidia-smi --query-gpu=index,uuid --format=csv,noheader 2>&1)" ||
  failure "nvidia-smi failed: $listing"

addresses=()
if [ -z "${CUDA_VISIBLE_DEVICES+set}" ]; then
  while IFS=', ' read -r index _; do
    [ -n "$index" ] || continue
    [[ "$index" =~ ^[0-9]+$ ]] || failure "cannot read what nvidia-smi says: $listing"
    addresses+=("$index")
  done <<<"$listing"
  [ ${#addresses[@]} -gt 0 ] || failure "nvidia-smi shows no GPU"
else
  IFS=',' read -r -a wanted <<<"$CUDA_VISIBLE_DEVICES"
  for entry in ${wanted[@]+"${wanted[@]}"}; do
    entry="${entry//[[:space:]]/}"
    # As CUDA does, stop at the first entry that names nothing.
    case "$entry" in
      MIG-*) [[ "$entry" =~ ^[A-Za-z0-9/-]+$ ]] || break ;;
      *) awk -F', *' -v entry="$entry" '$1 == entry || $2 == entry { found = 1 } END { exit !found }' <<<"$listing" || break ;;
    esac
    addresses+=("$entry")
  done
  [ ${#addresses[@]} -gt 0 ] ||
    failure "CUDA_VISIBLE_DEVICES hides all GPUs: \"$CUDA_VISIBLE_DEVICES\""
fi

joined="$(printf ', "%s"' "${addresses[@]}")"
echo "{\"name\": \"gpu\", \"addresses\": [${joined:2}]}"
