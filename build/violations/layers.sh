# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

OFF="$(only_check enforcer)"
must_pass "the tree's layers" validate $OFF

for arrow in config:protocol metrics:config protocol:metrics log:protocol queue-groups:tenant-manager tenant-manager:queue-groups gateway:log \
  client:config cli:app app:client benchmark:gateway system-tests:cli; do
  from=${arrow%:*}
  to=${arrow#*:}
  dependency "$from" "io.sluice:sluice-$to"
  must_fail validate -pl "$from" -am $OFF
  because "$from -> $to" "io\.sluice:sluice-$to.*banned via"
  restore
done
