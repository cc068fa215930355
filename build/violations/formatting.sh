# Sourced by plant-violations.sh.
# shellcheck shell=bash disable=SC2046

must_pass "the tree is formatted" validate -pl config -am $(only_check formatting)

planted config io.sluice.config.Badly 'int  f( ){return 1 ;}'
must_fail validate -pl config -am $(only_check formatting)
because "badly formatted source" 'format violations|Badly\.java'
restore

source_file config io.sluice.config.BadlyTest test <<<'package io.sluice.config; final class BadlyTest {}'
must_fail validate -pl config -am $(only_check formatting)
because "badly formatted test" 'BadlyTest\.java'
