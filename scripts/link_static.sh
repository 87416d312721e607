#!/usr/bin/env bash
# link_static.sh COMPILER ARGS...: links a program with the archives of gRPC, Abseil and protobuf instead of their shared
# objects, some sixty of which a start would have to load; the one place to add a library. Set as the launcher of a target's link
# (cmake/Targets.cmake). Where an archive is missing, the program is linked as asked. PROGRAM.archives lists what was used.
set -euo pipefail

archives=() args=() output=
for arg in "$@"; do
  case $arg in
    */libabsl_*.so* | */libgrpc*.so* | */libgpr.so* | */libupb.so* | */libaddress_sorting.so* | */libprotobuf.so*)
      archive=${arg%.so*}.a
      [ -f "$archive" ] || exec "$@"
      archives+=("$archive")
      ;;
    *) args+=("$arg") ;;
  esac
  if [ "${previous:-}" = -o ]; then output=$arg; fi
  previous=$arg
done
[ ${#archives[@]} -gt 0 ] || exec "$@"
# gRPC's archive needs some that its shared object does not name to who links it.
for more in "${archives[0]%/*}"/libabsl_*.a; do archives+=("$more"); done
mapfile -t archives < <(printf '%s\n' "${archives[@]}" | sort -u)
if [ -n "$output" ]; then printf '%s\n' "${archives[@]}" >"$output.archives"; fi
exec "${args[@]}" -Wl,--start-group "${archives[@]}" -Wl,--end-group -lcares -lre2 -lssl -lcrypto -lz
