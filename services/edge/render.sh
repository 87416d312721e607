#!/bin/sh
# Prints the edge's nginx.conf: nginx.conf.template with the settings of settings.env, each of which an
# environment variable of the same name overrules. Needs envsubst (package gettext-base).
#   services/edge/render.sh > nginx.conf
#   ONWARD_EDGE_LISTEN=443 services/edge/render.sh > nginx.conf
# Exit code 2: an ONWARD_EDGE_ variable that is no setting, or a value that could end a directive.
set -eu
cd "$(dirname "$0")"
here=$PWD

names=$(sed -n 's/^\(ONWARD_EDGE_[A-Z_]*\)=.*/\1/p' "$here/settings.env")
for name in $(env | sed -n 's/^\(ONWARD_EDGE_[A-Za-z0-9_]*\)=.*/\1/p'); do
  case " $(echo $names) " in
    *" $name "*) ;;
    *) echo "edge: $name is no setting; settings.env lists them" >&2; exit 2 ;;
  esac
done

wanted=
for name in $names; do
  eval "value=\${$name-}"
  if [ -z "$value" ]; then
    value=$(sed -n "s/^$name=//p" "$here/settings.env")
  fi
  case "$value" in
    "" | *[!A-Za-z0-9_./:,=\[\]@*-]*)
      echo "edge: $name: '$value' is empty or has a character other than letters, digits and _./:,=[]@*-" >&2
      exit 2 ;;
  esac
  eval "export $name=\$value"
  wanted="$wanted \${$name}"
done
exec envsubst "$wanted" <"$here/nginx.conf.template"
