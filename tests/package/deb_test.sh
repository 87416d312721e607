#!/usr/bin/env bash
# tests/package/deb_test.sh FILE.deb: installs the package on a copy-on-write view of this machine, checks the unit, starts the server
# as the unit does, installs the package again over a store in use, and purges it. Nothing of it reaches the machine. Needs root, overlayfs and
# what the package depends on. No systemd runs there: its sandbox is checked by systemd-analyze alone.
set -euo pipefail
readonly PACKAGE=$(realpath "${1:?a .deb}") POLLS_MAX=600  # of 0.1 s
# Of 10; what systemd-analyze makes of the unit, the lower the better.
readonly EXPOSURE_MAX=1.5
readonly SOCKET=unix:/run/onward/onward.sock
if [ "${2:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || { echo "deb_test: needs root" >&2; exit 2; }
  exec unshare --mount --net --pid --mount-proc --fork --kill-child --propagation private "$0" "$PACKAGE" inside
fi

fail() { echo "deb_test: $*" >&2; exit 1; }
# A network of its own, with loopback alone.
/usr/bin/python3 -c 'import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 1))'
own=$(mktemp -d)
mount -t tmpfs tmpfs "$own"
mkdir "$own"/{above,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$own/above,workdir=$own/work" "$own/root" || fail "this machine has no overlayfs"
readonly ROOT=$own/root
for folder in proc dev; do mount --rbind "/$folder" "$ROOT/$folder"; done
# No systemd that could be asked to start something, and room of one's own.
for folder in run tmp; do mount -t tmpfs tmpfs "$ROOT/$folder"; done
cp "$PACKAGE" "$ROOT/tmp/onward.deb"
inside() { chroot "$ROOT" "$@"; }
install() { DEBIAN_FRONTEND=noninteractive inside dpkg --force-unsafe-io --install /tmp/onward.deb >"$ROOT/tmp/dpkg.log" 2>&1 || { cat "$ROOT/tmp/dpkg.log" >&2; fail "dpkg --install"; }; }

inside dpkg --purge onward >/dev/null 2>&1 || true
rm -rf "$ROOT/var/lib/onward" "$ROOT/var/backups/onward"
install
grep -q '^Depends: .*libgrpc++' <(inside dpkg-deb --field /tmp/onward.deb Depends | sed 's/^/Depends: /') || fail "what it links is not among its dependencies"
inside dpkg-query --show --showformat='${Conffiles}\n' onward | grep -q /etc/onward/onwardd.toml || fail "the configuration is no conffile"
for file in usr/bin/onwardd usr/bin/onward usr/share/man/man8/onwardd.8.gz usr/share/man/man1/onward.1.gz \
  usr/share/bash-completion/completions/onward usr/share/zsh/vendor-completions/_onward \
  usr/share/fish/vendor_completions.d/onward.fish; do
  inside dpkg --listfiles onward | grep -qx "/$file" || fail "$file is missing"
done
bash -n "$ROOT/usr/share/bash-completion/completions/onward"
[ "$(inside id --user --name onward)" = onward ] || fail "there is no user"
[ "$(inside stat -c '%U %a' /var/backups/onward)" = "onward 700" ] || fail "the folder of backups is not the user's alone"
[ -L "$ROOT/etc/systemd/system/multi-user.target.wants/onwardd.service" ] || fail "the unit is not enabled"

unit_of() { inside dpkg --listfiles onward | grep "/$1.service$"; }
inside systemd-analyze verify --man=no "$(unit_of onwardd)" "$(unit_of onward-edge)" || fail "systemd-analyze verify"
for unit in onwardd onward-edge; do
  exposure=$(inside systemd-analyze security --offline=true "$(unit_of $unit)" | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p')
  awk -v have="$exposure" -v most="$EXPOSURE_MAX" 'BEGIN { exit !(have != "" && have <= most) }' ||
    fail "systemd-analyze security $unit: $exposure, more than $EXPOSURE_MAX"
done

# What systemd makes before it starts the unit (StateDirectory, RuntimeDirectory), then the unit's own command and user.
inside install -d -m 0700 -o onward -g onward /var/lib/onward
inside install -d -m 0750 -o onward -g onward /run/onward /run/onward-edge
# In a subshell: it becomes the program.
become() { exec chroot "$ROOT" setpriv --reuid onward --regid onward --init-groups --no-new-privs --bounding-set=-all "$@"; }
as_user() { (become "$@"); }
onward() { as_user onward "$@"; }
export ONWARD_SERVER=$SOCKET
# UNIT LINE: the words of ExecStart= and its like.
words_of() { eval "words=($(sed -n "s/^$2=//p" "$ROOT$(unit_of "$1")"))"; }
start() {
  words_of onwardd ExecStart
  become "${words[@]}" >"$ROOT/tmp/onwardd.log" 2>&1 &
  server=$!
  for ((poll = 0; ; ++poll)); do
    if onward status >/dev/null 2>&1; then break; fi
    [ "$poll" -lt "$POLLS_MAX" ] && kill -0 "$server" || { cat "$ROOT/tmp/onwardd.log" >&2; fail "the server does not answer"; }
    sleep 0.1
  done
}
stop() {
  kill -TERM "$server"
  wait "$server" || fail "it did not end in good order"
}
start
onward check a b --category contact.email --fail-on none | grep -q 'not recorded' || fail "no answer"
onward backup create | grep -q 'is made and verified' || fail "no backup"
onward inventories create kept >/dev/null

# The edge, with a certificate of this run.
mkdir "$ROOT/etc/onward/tls"
inside openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout /etc/onward/tls/tls.key -out /etc/onward/tls/tls.crt 2>/dev/null
inside chown -R onward /etc/onward/tls
ONWARD_EDGE_ACCESS_LOG=/dev/null inside /usr/share/onward/edge/render.sh >"$ROOT/etc/onward/edge.conf"
words_of onward-edge ExecStartPre
as_user "${words[@]}" || fail "the edge does not take its configuration"
words_of onward-edge ExecStart
become "${words[@]}" 2>"$ROOT/tmp/edge.log" &
edge=$!
for ((poll = 0; ; ++poll)); do
  if onward inventories list --server localhost:7443 --tls-ca /etc/onward/tls/tls.crt 2>/dev/null | grep -q kept; then break; fi
  [ "$poll" -lt "$POLLS_MAX" ] && kill -0 "$edge" || { cat "$ROOT/tmp/edge.log" >&2; fail "no answer through the edge"; }
  sleep 0.1
done
kill -QUIT "$edge"
wait "$edge" || fail "the edge did not end in good order"
stop

# An upgrade keeps the store, and a purge too.
install
start
onward inventories list | grep -q kept || fail "after an upgrade the store is another one"
stop
inside dpkg --purge onward >/dev/null
[ ! -e "$ROOT/usr/bin/onwardd" ] || fail "it is still there"
[ -e "$ROOT/var/lib/onward/data/CURRENT" ] || [ -n "$(ls -A "$ROOT/var/lib/onward/data")" ] || fail "a purge took the store"
[ -n "$(ls -A "$ROOT/var/backups/onward")" ] || fail "a purge took the backups"
echo "deb_test: passed; exposure $exposure of 10"
