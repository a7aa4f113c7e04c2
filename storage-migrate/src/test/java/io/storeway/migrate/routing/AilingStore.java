package io.storeway.migrate.routing;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.call.Interposed;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A store that a test lets refuse calls, hang in them or fail with an error, and answer again. */
final class AilingStore {

    enum Behaviour {
        ANSWERS,
        REFUSES,
        HANGS,
        ERRS
    }

    final CountDownLatch hanging = new CountDownLatch(1);
    final CountDownLatch erred = new CountDownLatch(1);
    final Semaphore answered = new Semaphore(0);
    final KeyValueStore store;
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Behaviour behaviour = Behaviour.ANSWERS;

    /** Does something at each call that is refused. */
    AilingStore(Runnable refusing) {
        this.store = Interposed.store(new MemoryStore(), call -> {
            switch (behaviour) {
                case ANSWERS -> answered.release();
                case REFUSES -> {
                    refusing.run();
                    throw new StorageUnavailableException("planned", ErrorContext.of(call.verb()), null);
                }
                case HANGS -> hang();
                case ERRS -> {
                    erred.countDown();
                    throw new OutOfMemoryError("planned");
                }
            }
            return call.proceed();
        });
    }

    void behaves(Behaviour from) {
        behaviour = from;
    }

    /** Answers from now on, also the calls that hang. */
    void recovers() {
        behaviour = Behaviour.ANSWERS;
        released.countDown();
    }

    private void hang() {
        hanging.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
