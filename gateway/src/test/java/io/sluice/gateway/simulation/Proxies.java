package io.sluice.gateway.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** Stands in for interfaces of Vert.x by objects that have some of their methods; one that is missing says so when it is called. */
final class Proxies {
    private Proxies() {}

    /** @param target has public methods of the same names and parameters; what it lacks is refused */
    static <T> T of(Class<T> type, Object target) {
        Object proxy = Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> "simulated " + type.getSimpleName();
                    default -> invoke(target, method, arguments);
                });
        return type.cast(proxy);
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            Method own = target.getClass().getMethod(method.getName(), method.getParameterTypes());
            own.setAccessible(true);
            return own.invoke(target, arguments);
        } catch (NoSuchMethodException e) {
            throw new UnsupportedOperationException(
                    "not simulated: " + method.getName() + Arrays.toString(method.getParameterTypes()), e);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
