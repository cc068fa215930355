# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

# -Dquick: the other checks would refuse these classes first.
ARCHITECTURE=(test -Dquick -Dmaven.test.skip=false '-Dtest=io.sluice.architecture.*Test' -Dsurefire.failIfNoSpecifiedTests=false
  -Denforcer.skip -pl build/architecture -am)
must_pass "the tree's architecture" "${ARCHITECTURE[@]}"

EXPECTED=()
breaks() { # test, module, class name with package, members
  planted "$2" "$3" "$4"
  EXPECTED+=("$1 $3")
}

# --- layering
breaks LayeringTest.everyClassBelongsToAModule config io.sluice.nowhere.Homeless ''
breaks LayeringTest.modulesImportOnlyTheModulesBelowThem gateway io.sluice.gateway.ReadsLog 'io.sluice.log.api.LogStatus f;'
source_file log io.sluice.log.Inside <<<'package io.sluice.log; /** Planted. */ public final class Inside {}'
source_file queue-groups io.sluice.queuegroups.Inside <<<'package io.sluice.queuegroups; /** Planted. */ public final class Inside {}'
source_file queue-groups io.sluice.queuegroups.shard.Deep <<<'package io.sluice.queuegroups.shard; /** Planted. */ public final class Deep {}'
breaks LayeringTest.modulesSeeOnlyWhatOthersShow queue-groups io.sluice.queuegroups.Peeks 'io.sluice.log.Inside f;'
breaks LayeringTest.modulesSeeOnlyWhatOthersShow app io.sluice.app.PeeksDeep 'io.sluice.queuegroups.shard.Deep f;'
dependency gateway com.hazelcast:hazelcast
breaks LayeringTest.onlyAppNamesHazelcast gateway io.sluice.gateway.NamesHazelcast 'com.hazelcast.core.HazelcastInstance f;'
breaks LayeringTest.onlyLogNamesTheConsensusLibrary queue-groups io.sluice.queuegroups.NamesRaft 'com.alipay.sofa.jraft.Status f;'
breaks LayeringTest.nobodyBridgesTheEventBusToClients gateway io.sluice.gateway.Bridges 'io.vertx.ext.web.handler.sockjs.SockJSHandler f;'
dependency protocol org.slf4j:slf4j-api
breaks LayeringTest.protocolKnowsBuffersAndNothingElse protocol io.sluice.protocol.Logs 'org.slf4j.Logger f;'

# --- the machine's purity
machine() { # test, class, members
  breaks "MachinePurityTest.$1" queue-groups "io.sluice.queuegroups.machine.$2" "$3"
}
machine machineDependsOnValuesOnly UsesLog 'io.sluice.log.api.LogStatus f;'
machine machineDependsOnValuesOnly UsesShard 'io.sluice.queuegroups.shard.Deep f;'
machine machineHasNoClock AsksInstant 'long f() { return java.time.Instant.now().toEpochMilli(); }'
machine machineHasNoClock AsksDate 'Object f() { return java.time.LocalDate.now(); }'
machine machineHasNoClock HoldsClock 'java.time.Clock f;'
machine machineDoesNotTouchTheSystem AsksMillis 'long f() { return System.currentTimeMillis(); }'
machine machineDoesNotTouchTheSystem AsksNanos 'java.util.function.LongSupplier f() { return System::nanoTime; }'
machine machineDoesNotTouchTheSystem HashesIdentity 'int f(Object o) { return System.identityHashCode(o); }'
machine machineDoesNotTouchTheSystem ReadsEnvironment 'String f() { return System.getenv("X"); }'
machine machineHasNoRandom ThrowsDice 'java.util.Random f;'
machine machineHasNoRandom MathRandom 'double f() { return Math.random(); }'
machine machineHasNoRandom MakesIds 'Object f() { return java.util.UUID.randomUUID(); }'
machine machineHasNoThreads ThrowsDiceHere 'int f() { return java.util.concurrent.ThreadLocalRandom.current().nextInt(); }'
machine machineDoesNoInputOrOutput ReadsFile 'java.nio.file.Path f;'
machine machineDoesNoInputOrOutput Streams 'java.io.InputStream f;'
machine machineDoesNoInputOrOutput Connects 'java.net.URI f;'
machine machineHasNoLogger Logs 'org.slf4j.Logger f;'
machine machineKnowsNoFramework KnowsVertx 'io.vertx.core.Vertx f;'
machine machineHasNoThreads Starts 'void f() { new Thread(() -> {}).start(); }'
machine machineHasNoThreads Counts 'java.util.concurrent.atomic.AtomicLong f;'
machine machineHasNoThreads Parallel 'long f(java.util.List<String> l) { return l.parallelStream().count(); }'
machine machineHasNoCollectionsWithoutOrder Hashes 'java.util.Map<String, String> f = new java.util.HashMap<>();'
machine machineHasNoCollectionsWithoutOrder HashesSet 'java.util.Set<String> f = new java.util.HashSet<>();'
machine machineHasNoCollectionsWithoutOrder MapOf 'Object f() { return java.util.Map.of("a", "b"); }'
machine machineHasNoCollectionsWithoutOrder SetOf 'Object f() { return java.util.Set.of("a", "b"); }'
machine machineHasNoCollectionsWithoutOrder Collects 'Object f(java.util.List<String> l) { return l.stream().collect(java.util.stream.Collectors.toSet()); }'
machine machineHasNoCollectionsWithoutOrder OpenHash 'it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap<String> f;'
machine machineHasNoIdentityHash HashesObject 'int f(Object o) { return o.hashCode(); }'
machine machineHasNoIdentityHash HashesEnum 'int f(java.time.DayOfWeek o) { return o.hashCode(); }'
planted queue-groups io.sluice.queuegroups.machine.Fine '
  java.util.Map<Long, String> map = new java.util.LinkedHashMap<>();
  it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap<String> linked;
  java.util.TreeMap<String, String> sorted = new java.util.TreeMap<>();
  void f(byte[] a, byte[] b) { System.arraycopy(a, 0, b, 0, a.length); }
  record Value(long a, java.util.List<String> b) {}
  enum Kind { A, B; int f() { switch (this) { case A: return 1; default: return 2; } } }'

# --- house rules
house() { # test, class, members
  breaks "HouseRulesTest.$1" metrics "io.sluice.metrics.$2" "$3"
}
house staticFieldsAreFinal StaticField 'static int f;'
house staticFieldsHoldNothingThatChanges StaticMap 'static final java.util.Map<String, String> OK = java.util.Map.of(); static final java.util.HashMap<String, String> f = new java.util.HashMap<>();'
house staticFieldsHoldNothingThatChanges StaticCounter 'static final java.util.concurrent.atomic.AtomicLong f = new java.util.concurrent.atomic.AtomicLong();'
house arraysThatOthersSeeAreNotStatic StaticArray 'static final int[] f = {1};'
house onlyMainsExit Exits 'void f() { System.exit(1); }'
source_file metrics io.sluice.metrics.Moody <<<'package io.sluice.metrics; enum Moody { A; int mood; }'
source_file metrics io.sluice.metrics.Open <<<'package io.sluice.metrics; class Open {}'
source_file metrics io.sluice.metrics.Heir <<<'package io.sluice.metrics; final class Heir extends Open {}'
EXPECTED+=("HouseRulesTest.enumsHoldNoState io.sluice.metrics.Moody" "HouseRulesTest.concreteClassesAreFinal io.sluice.metrics.Open"
  "HouseRulesTest.nobodyInheritsFromOurConcreteClasses io.sluice.metrics.Heir")
planted cli io.sluice.cli.ExitsToo 'void f() { System.exit(1); }'

must_fail "${ARCHITECTURE[@]}"
cp "$LOG" "$LOG.maven"
REPORTS=$COPY/build/architecture/target/quick/surefire-reports
for pair in "${EXPECTED[@]}"; do
  test=${pair% *}
  class=${pair#* }
  # The part of the report that is about this test, from its headline to the next one.
  awk -v test="io.sluice.architecture.$test " '/ -- Time elapsed: / { inside = index($0, test) == 1 } inside' "$REPORTS"/*"${test%.*}".txt >"$LOG" 2>/dev/null || : >"$LOG"
  because "$test: ${class##*.}" "$(printf '%s' "$class" | sed 's/\./\\./g')\b"
done
cat "$REPORTS"/*.txt >"$LOG"
tolerates "ordered maps, arraycopy, records and enums in the machine" 'machine\.Fine'
tolerates "a main that exits" 'ExitsToo'
rm -f "$LOG.maven"
