#!/usr/bin/env bash
# tests/package/deb_test.sh FILE.deb: unpacks it, checks the unit, and starts the server as the unit does, with the
# package's own configuration. Only the folders are others.
set -euo pipefail
readonly PACKAGE=$(realpath "${1:?a .deb}") POLLS_MAX=600  # of 0.1 s
# Of 10; what systemd-analyze makes of the unit, the lower the better.
readonly EXPOSURE_MAX=1.5

folder=$(mktemp -d)
server=
cleanup() {
  [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
fail() { echo "deb_test: $*" >&2; exit 1; }

dpkg-deb -x "$PACKAGE" "$folder/root"
dpkg-deb -e "$PACKAGE" "$folder/control"
grep -qx /etc/onward/onwardd.toml "$folder/control/conffiles" || fail "the configuration is no conffile"
grep -q '^Depends: .*libgrpc++' "$folder/control/control" || fail "what it links is not among its dependencies"
for file in usr/bin/onwardd usr/bin/onward usr/share/man/man8/onwardd.8.gz usr/share/man/man1/onward.1.gz \
  usr/share/bash-completion/completions/onward usr/share/zsh/vendor-completions/_onward \
  usr/share/fish/vendor_completions.d/onward.fish usr/lib/sysusers.d/onward.conf usr/lib/tmpfiles.d/onward.conf; do
  [ -s "$folder/root/$file" ] || fail "$file is missing"
done
bash -n "$folder/root/usr/share/bash-completion/completions/onward"
for script in postinst prerm postrm; do sh -n "$folder/control/$script"; done
systemd-sysusers --dry-run --root="$folder/root" "$folder/root/usr/lib/sysusers.d/onward.conf" >/dev/null 2>&1

unit=$(find "$folder/root" -name onwardd.service)
# The programs of the unit are looked for where they will be.
sed "s#^ExecStart=/usr#ExecStart=$folder/root/usr#" "$unit" >"$folder/onwardd.service"
systemd-analyze verify --man=no "$folder/onwardd.service" || fail "systemd-analyze verify"
exposure=$(systemd-analyze security --offline=true "$unit" | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p')
awk -v have="$exposure" -v most="$EXPOSURE_MAX" 'BEGIN { exit !(have != "" && have <= most) }' ||
  fail "systemd-analyze security: $exposure, more than $EXPOSURE_MAX"

mkdir -p "$folder/var" "$folder/run"
sed -e "s#/var/lib/onward#$folder/var#; s#/var/backups/onward#$folder/backups#; s#/run/onward#$folder/run#" \
  "$folder/root/etc/onward/onwardd.toml" >"$folder/onwardd.toml"
command=$(sed -n 's/^ExecStart=//p' "$unit" | sed "s#^/usr#$folder/root/usr#; s#/etc/onward/onwardd.toml#$folder/onwardd.toml#")
$command >"$folder/log" 2>&1 &
server=$!
export ONWARD_SERVER="unix:$folder/run/onward.sock"
for ((poll = 0; ; ++poll)); do
  if "$folder/root/usr/bin/onward" status >/dev/null 2>&1; then break; fi
  [ "$poll" -lt "$POLLS_MAX" ] && kill -0 "$server" || { cat "$folder/log" >&2; fail "the server does not answer"; }
  sleep 0.1
done
"$folder/root/usr/bin/onward" check a b --category contact.email --fail-on none | grep -q 'not recorded' || fail "no answer"
"$folder/root/usr/bin/onward" backup create | grep -q 'is made and verified' || fail "no backup"
kill -TERM "$server"
wait "$server" || fail "it did not end in good order"
server=
echo "deb_test: passed; exposure $exposure of 10"
