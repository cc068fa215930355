# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

OFF="$(only_check none)"
must_pass "the tree compiles" test-compile -pl config -am $OFF

P=io.sluice.config
planted config $P.PassesNull 'static int f(String s) { return s.length(); } static int g() { return f(null); }'
planted config $P.ReturnsNull 'static String f(boolean b) { return b ? "b" : null; }'
source_file config $P.Derefs <<<"package $P;
import java.util.Map;
import org.jspecify.annotations.Nullable;
final class Derefs {
    static int f(@Nullable String s) { return s.length(); }
    static int g(Map<String, String> map) { return map.get(\"k\").length(); }
}"
planted config $P.Unset 'private final String f; Unset(boolean b) { if (b) { f = "x"; } else { f = null; } } String f() { return f; }'
planted config $P.unmarked.Unmarked ''
planted config $P.EnumSwitch 'enum E { A, B } static int f(E e) { switch (e) { case A: return 1; } return 2; }'
planted config $P.FallsThrough 'static int f(int i) { int r = 0; switch (i) { case 1: r = 1; case 2: r = 2; break; default: r = 3; } return r; }'
planted config $P.Forgets 'static void f(java.util.concurrent.ExecutorService e) { e.submit(() -> {}); }'
planted config $P.Swallows 'static void f() { try { Integer.parseInt("1"); } catch (NumberFormatException e) { e.printStackTrace(); } }'
planted config $P.Units 'static void g(long timeoutMs) {} static void f(long timeoutNs) { g(timeoutNs); }'
planted config $P.Overflows 'static long f(int i) { return i * 1000; }'
planted config $P.Compares 'static boolean f(Integer a, Integer b) { return a == b; }'
planted config $P.Unused 'private static int f() { return 1; }'
planted config $P.DefaultCharset 'static byte[] f(String s) { return s.getBytes(); }'
planted config $P.Races 'private volatile int n; void f() { n++; } int n() { return n; }'
planted config $P.NoOverride 'public String toString() { return ""; }'

must_fail compile -pl config -am $OFF
because "null passed" 'PassesNull\.java.*\[NullAway\] passing'
because "null returned" 'ReturnsNull\.java.*\[NullAway\] returning'
because "null dereferenced" 'Derefs\.java:\[5.*\[NullAway\] dereferenced'
because "a map's answer dereferenced" 'Derefs\.java:\[6.*\[NullAway\] dereferenced'
because "null in a field" 'Unset\.java.*\[NullAway\] assigning'
because "package that is not @NullMarked" 'Unmarked\.java.*\[RequireExplicitNullMarking\]'
because "switch that forgets an enum's constant" 'EnumSwitch\.java.*\[MissingCasesInEnumSwitch\]'
because "case that falls through" 'FallsThrough\.java.*\[FallThrough\]'
because "future whose failure nobody sees" 'Forgets\.java.*\[FutureReturnValueIgnored\]'
because "stack trace printed and forgotten" 'Swallows\.java.*\[CatchAndPrintStackTrace\]'
because "nanoseconds passed as milliseconds" 'Units\.java.*\[TimeUnitMismatch\]'
because "int product for a long" 'Overflows\.java.*\[IntLongMath\]'
because "boxed numbers compared by identity" 'Compares\.java.*\[(BoxedPrimitiveEquality|ReferenceEquality)\]'
because "unused method" 'Unused\.java.*\[UnusedMethod\]'
because "platform's charset" 'DefaultCharset\.java.*\[DefaultCharset\]'
because "increment of a volatile" 'Races\.java.*\[NonAtomicVolatileUpdate\]'
because "missing @Override" 'NoOverride\.java.*\[MissingOverride\]'
restore

source_file config $P.SloppyTest test <<<"package $P;
final class SloppyTest { private static int idle() { return 1; } static int f(String s) { return 1; } static int g() { return f(null); } }"
must_fail test-compile -pl config -am $OFF
because "bug in a test" 'SloppyTest\.java.*\[UnusedMethod\]'
tolerates "null passed in a test" 'SloppyTest\.java.*NullAway'
restore

# The launcher compiles without checks: that must not hide anything from the checked build.
planted config $P.PassesNull 'static int f(String s) { return s.length(); } static int g() { return f(null); }'
must_pass "a violation built with -Dquick" compile -Dquick -pl config -am
must_fail compile -pl config -am $OFF
because "what was built with -Dquick before" 'PassesNull\.java.*\[NullAway\]'
