#!/usr/bin/env bash
# Checks the checks: plants violations in a copy of the tree and sees to it that the build refuses each for the reason
# it should. A check that lets its violation pass, or refuses it for another reason, makes this exit 1.
# usage: build/plant-violations.sh [formatting|sizes|bugs|libraries|layers|architecture]…     (default: all)
set -euo pipefail
cd "$(dirname "$0")/.."

COPY=$(mktemp -d)
LOG=$COPY.log
trap 'rm -rf "$COPY" "$LOG"' EXIT
refused=0
missed=0

copy_tree() {
  git ls-files -z --cached --others --exclude-standard | tar -c -f - --null -T - | tar -x -f - -C "$COPY"
  git -C "$COPY" init -q
  git -C "$COPY" add -A
  git -C "$COPY" -c user.name=planter -c user.email=planter@example.org commit -q -m "before"
}

# Takes out what was planted; what Maven compiled stays, so that the next case is quick.
restore() {
  git -C "$COPY" checkout -q -- .
  git -C "$COPY" clean -q -f -d
}

maven() {
  (cd "$COPY" && ./mvnw -B "$@") >"$LOG" 2>&1
}

only_check() { # name: the switches that turn the other early checks off
  [ "$1" = formatting ] || printf ' %s' -Dspotless.check.skip
  [ "$1" = sizes ] || printf ' %s' -Dcheckstyle.skip
  [ "$1" = enforcer ] || printf ' %s' -Denforcer.skip
}

report() { # verdict, name
  printf '%-8s %s\n' "$1" "$2"
  if [ "$1" = refused ]; then refused=$((refused + 1)); else missed=$((missed + 1)); fi
}

must_pass() { # name, Maven arguments…
  local name=$1
  shift
  if maven "$@"; then
    echo "passes   $name"
  else
    echo "the build fails before anything is planted ($name):"
    grep ERROR "$LOG" | head -n 20
    exit 1
  fi
}

must_fail() { # Maven arguments…
  if maven "$@"; then
    echo "MISSED   the build passed: $*"
    : >"$LOG"
  fi
}

because() { # name, the line of the log that gives the reason (extended regular expression)
  if grep -Eq -e "$2" "$LOG"; then report refused "$1"; else report MISSED "$1"; fi
}

tolerates() { # name, a line that must not be there
  if grep -Eq -e "$2" "$LOG"; then report MISSED "$1 is refused, but is fine"; else echo "passes   $1"; fi
}

source_file() { # module, class name with package, main or test; the text comes on stdin
  local file
  file=$COPY/$1/src/${3:-main}/java/$(printf '%s' "$2" | tr . /).java
  mkdir -p "$(dirname "$file")"
  cat >"$file"
}

planted() { # module, class name with package, members
  source_file "$1" "$2" <<<"package ${2%.*};

/** Planted. */
final class ${2##*.} { $3 }"
}

dependency() { # module, group:artifact[:version[:scope]]
  local group artifact version scope
  IFS=: read -r group artifact version scope <<<"$2"
  awk -v text="<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId>${version:+<version>$version</version>}${scope:+<scope>$scope</scope>}</dependency>" '
    { print }
    /<\/parent>/ { inside = 1 }
    inside && !done && /^  <dependencies>/ { print text; done = 1 }
  ' "$COPY/$1/pom.xml" >"$LOG"
  cat "$LOG" >"$COPY/$1/pom.xml"
  grep -q "<artifactId>$artifact</artifactId>${version:+<version>$version}" "$COPY/$1/pom.xml" \
    || sed -i.bak "s#^  <description>.*#&<dependencies><dependency><groupId>$group</groupId><artifactId>$artifact</artifactId>${version:+<version>$version</version>}</dependency></dependencies>#" "$COPY/$1/pom.xml"
  rm -f "$COPY/$1/pom.xml.bak"
}

for part in "$@"; do
  case $part in
    formatting | sizes | bugs | libraries | layers | architecture) ;;
    *) echo "usage: $0 [formatting|sizes|bugs|libraries|layers|architecture]…" >&2 && exit 2 ;;
  esac
done

copy_tree
for part in "${@:-formatting sizes bugs libraries layers architecture}"; do
  for one in $part; do
    echo "== $one"
    # shellcheck disable=SC1090 # one file for each kind of check
    . "$PWD/build/violations/$one.sh"
    restore
  done
done
echo "$refused refused, $missed missed"
[ "$missed" -eq 0 ]
