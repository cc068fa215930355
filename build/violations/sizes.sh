# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

must_pass "the tree has good sizes" validate -pl metrics -am $(only_check sizes)

P=io.sluice.metrics
{
  printf 'package %s;\n\n/** Planted. */\nfinal class LongFile {\n' $P
  for i in $(seq 400); do echo "    int f$i;"; done
  echo '}'
} | source_file metrics $P.LongFile
planted metrics $P.LongMethod "void f() {
$(for i in $(seq 51); do echo "int v$i = $i;"; done)
}"
planted metrics $P.ManyParameters 'void f(int a, int b, int c, int d, int e, int f, int g) {}'
source_file metrics $P.WideRecord <<<"package $P;
/** Planted, and fine. */
record WideRecord(int a, int b, int c, int d, int e, int f, int g) {
    WideRecord(int a, int b, int c, int d, int e, int f, int g) {
        this.a = a; this.b = b; this.c = c; this.d = d; this.e = e; this.f = f; this.g = g;
    }
}"
source_file metrics $P.Star <<<"package $P;
import java.util.*;
/** Planted. */
final class Star { List<String> list; }"
source_file metrics $P.Internal <<<"package $P;
import sun.misc.Unsafe;
/** Planted. */
final class Internal { Unsafe unsafe; }"
planted metrics $P.Tab "	int f;"
planted metrics $P.Prints 'void f() { System.out.println(); }'
planted metrics $P.nopackageinfo.Lonely ''
source_file metrics $P.Undocumented <<<"package $P;
public final class Undocumented {}"
source_file metrics $P.Two <<<"package $P;
/** Planted. */
final class Two {}
/** Planted. */
final class Three {}"
source_file metrics $P.LongTest test <<<"package $P;
final class LongTest { void f() {
$(for i in $(seq 51); do echo "int v$i = $i;"; done)
} }"
planted cli io.sluice.cli.Prints 'void f() { System.out.println(); }'
planted cli io.sluice.cli.ManyParameters 'void f(int a, int b, int c, int d, int e, int f, int g) {}'

must_fail validate -pl metrics -am $(only_check sizes)
because "file of more than 400 lines" 'LongFile.*FileLength'
because "method of more than 50 lines" 'LongMethod.*MethodLength'
because "method of more than 50 lines in a test" 'LongTest.*MethodLength'
because "more than 6 parameters" 'ManyParameters.*ParameterNumber'
tolerates "a record's canonical constructor with 7" 'WideRecord'
because "star import" 'Star\.java.*AvoidStarImport'
because "import of JDK internals" 'Internal\.java.*IllegalImport'
because "tab" 'Tab\.java.*FileTabCharacter'
because "System.out outside app, cli and benchmark" 'Prints\.java.*terminal|Prints\.java.*Log instead'
because "package without package-info" 'JavadocPackage'
because "public type without a comment" 'Undocumented.*MissingJavadocType'
because "two top-level classes in a file" 'Two\.java.*OneTopLevelClass'

must_fail validate -pl cli $(only_check sizes)
because "a check at all in cli" 'ManyParameters.*ParameterNumber'
tolerates "System.out in cli" 'cli/Prints\.java'
