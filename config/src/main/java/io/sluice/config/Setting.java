package io.sluice.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a settings record may be. Loader, printer and the table in the operations manual all read it from here.
 *
 * <p>The unit follows from the component's name: {@code …Bytes} and {@code …BytesPerSecond} take {@code 64MB}, {@code …Ms} takes {@code 5s}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
    /** The default, written as in the file. */
    String value();

    String doc();

    /** Smallest number allowed, or empty. */
    String min() default "";

    /** Largest number allowed, or empty. */
    String max() default "";

    /** The only words allowed; empty for any. */
    String[] oneOf() default {};

    /** Regular expression of the whole text, or empty. */
    String pattern() default "";

    /** Never printed. */
    boolean secret() default false;

    /** A short command-line flag beside the one made from the path, without dashes; empty for none. */
    String flag() default "";
}
