#!/usr/bin/env bash
# tests/package/rootfs_test.sh ROOTFS: runs the image's programs in its root file system, as the chart's pod would: read-only but
# for the volumes, a user without a name or rights, no new privileges, no shell. Needs root and namespaces. What a container
# engine adds is not there: its seccomp profile, limits of memory, a network of its own.
set -euo pipefail
readonly ROOT=$(realpath "${1:?ROOTFS}") USER_ID=10001 POLLS_MAX=300  # of 0.1 s
if [ "${2:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || { echo "rootfs_test: needs root" >&2; exit 2; }
  for shell in sh bash dash busybox; do
    [ -z "$(find "$ROOT" -name "$shell" -print -quit)" ] || { echo "rootfs_test: there is a $shell" >&2; exit 1; }
  done
  [ -z "$(find "$ROOT" -perm /6000 -print -quit)" ] || { echo "rootfs_test: a file with setuid or setgid" >&2; exit 1; }
  exec unshare --mount --pid --fork --kill-child "$0" "$ROOT" inside
fi

mount --make-rprivate /
# Only the processes of this test can be seen, and so only they can be met.
mount -t proc proc /proc
mount --bind "$ROOT" "$ROOT"
mount -o remount,bind,ro,nosuid,nodev "$ROOT"
for volume in run/onward run/onward-edge tmp var/lib/onward var/backups/onward; do
  mount -t tmpfs -o "nosuid,nodev,size=512m,mode=0770,uid=$USER_ID,gid=$USER_ID" tmpfs "$ROOT/$volume"
done
mount -t tmpfs tmpfs "$ROOT/dev"
for device in null urandom; do
  : >"$ROOT/dev/$device"
  mount --bind "/dev/$device" "$ROOT/dev/$device"
done
mount -t proc proc "$ROOT/proc"
as_user() {
  env -i ONWARD_SERVER=unix:/run/onward/onward.sock unshare --root="$ROOT" --setuid "$USER_ID" --setgid "$USER_ID" "$@"
}
fail() { echo "rootfs_test: $*" >&2; cat "$ROOT/tmp/log" >&2 || true; exit 1; }

: >"$ROOT/tmp/log"
as_user /usr/bin/onwardd --data=/var/lib/onward/data --listen=unix:/run/onward/onward.sock \
  --backup-dir=/var/backups/onward/backups >"$ROOT/tmp/log" 2>&1 &
server=$!
for ((poll = 0; ; ++poll)); do
  if as_user /usr/bin/onward status >/dev/null 2>&1; then break; fi
  [ "$poll" -lt "$POLLS_MAX" ] && kill -0 "$server" || fail "the server does not answer"
  sleep 0.1
done
process=$(pgrep -xn onwardd)
grep -q "^Uid:.$USER_ID.$USER_ID.$USER_ID" "/proc/$process/status" || fail "it runs as another user"
grep -q '^CapEff:.0*$' "/proc/$process/status" || fail "it has capabilities"
as_user /usr/bin/onward check a b --category contact.email --fail-on none | grep -q 'not recorded' || fail "no answer"
as_user /usr/bin/onward backup create | grep -q 'is made and verified' || fail "no backup"
as_user /usr/sbin/nginx -V 2>&1 | grep -q 'nginx/' || fail "nginx does not start"
kill -TERM "$process"
wait "$server" || fail "it did not end in good order"
echo "rootfs_test: passed, $(du -sm --exclude=proc --exclude=dev "$ROOT/usr" "$ROOT/lib" "$ROOT/lib64" "$ROOT/etc" -c 2>/dev/null | tail -1 | cut -f1) MiB"
