package io.sluice.log.raft;

import io.sluice.log.spi.FileLayer;
import io.sluice.log.spi.FileLayer.LogFile;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.LongSupplier;

/** The real disk, on which each force of a file takes longer. */
final class SlowDisk {
    private SlowDisk() {}

    static FileLayer forcing(LongSupplier delayMs) {
        FileLayer disk = FileLayer.disk();
        return wrap(FileLayer.class, (proxy, method, args) -> {
            Object result = invoke(method, disk, args);
            return result instanceof LogFile file ? slow(file, delayMs) : result;
        });
    }

    private static LogFile slow(LogFile file, LongSupplier delayMs) {
        return wrap(LogFile.class, (proxy, method, args) -> {
            if (method.getName().equals("force")) {
                Thread.sleep(delayMs.getAsLong());
            }
            return invoke(method, file, args);
        });
    }

    private static <T> T wrap(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
