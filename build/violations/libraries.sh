# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

OFF="$(only_check enforcer)"
must_pass "the tree's libraries" validate -pl client -am $OFF

# Versions only have to exist: what is refused is the artifact.
for library in com.alipay.sofa:bolt:1.6.12 com.alipay.sofa:hessian:3.3.6 io.netty:netty-all:4.1.100.Final org.rocksdb:rocksdbjni:8.8.1 \
  com.google.guava:guava:33.4.0-jre net.java.dev.jna:jna:5.14.0 io.vertx:vertx-stomp:5.0.10 io.vertx:vertx-tcp-eventbus-bridge:5.0.10 \
  commons-logging:commons-logging:1.2 log4j:log4j:1.2.17 junit:junit:4.13.2; do
  dependency client "$library"
  must_fail validate -pl client -am $OFF
  because "$library" "^\[ERROR\].*${library%:*}.*banned via"
  restore
done

dependency client com.google.guava:guava:33.4.0-jre:test
must_pass "guava in tests" validate -pl client -am $OFF
restore

dependency client org.apache.commons:commons-text:1.12.0
dependency client org.apache.commons:commons-lang3:3.12.0
must_fail validate -pl client -am $OFF
because "one library in two versions" 'DependencyConvergence failed'
restore

dependency client io.vertx:vertx-core:5.1.10
must_fail validate -pl client -am $OFF
because "one library declared twice" 'BanDuplicatePomDependencyVersions failed'
