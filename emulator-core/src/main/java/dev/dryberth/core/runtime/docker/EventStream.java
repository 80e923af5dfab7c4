package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Hears the engine's events on a connection of its own, for as long as the daemon lives.
 *
 * <p>Each time it is connected, and before it reads the first event, {@code connected} is called on
 * the reading thread: what is listed then is older than every event read after it, and nothing
 * falls between the two. When the stream breaks, {@code broken} is called and a new one opened,
 * after a pause that doubles up to a limit.
 */
final class EventStream implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Engine engine;
    private final Runnable connected;
    private final Consumer<Event> heard;
    private final Runnable broken;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Session> current = new AtomicReference<>();

    EventStream(Engine engine, Runnable connected, Consumer<Event> heard, Runnable broken) {
        this.engine = engine;
        this.connected = connected;
        this.heard = heard;
        this.broken = broken;
    }

    void start() {
        Thread.ofVirtual().name("docker events").start(this::listen);
    }

    private void listen() {
        Duration pause = FIRST_PAUSE;
        try {
            do {
                Session session = new Session();
                current.set(session);
                engine.streams()
                        .eventsCmd()
                        .withEventTypeFilter(EventType.CONTAINER, EventType.IMAGE)
                        .withEventFilter(
                                "die",
                                "oom",
                                "health_status",
                                "destroy",
                                "delete",
                                "untag",
                                "tag",
                                "load",
                                "import",
                                "pull")
                        .exec(session);
                session.ended.await();
                broken.run();
                if (session.listening) {
                    pause = FIRST_PAUSE;
                } else if (pause.compareTo(LONGEST_PAUSE) < 0) {
                    pause = pause.multipliedBy(2);
                }
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Cuts the connection; it is made again at once. */
    void cut() {
        Session session = current.get();
        if (session != null) {
            session.close();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        cut();
    }

    /** One connection. Its methods are called by the thread that reads it. */
    private final class Session implements ResultCallback<Event> {

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean listening;
        private volatile @Nullable Closeable connection;

        @Override
        public void onStart(Closeable opened) {
            connection = opened;
            if (closed.getCount() == 0) {
                close();
                return;
            }
            try {
                connected.run();
                listening = true;
            } catch (RuntimeException e) {
                log.warn("The engine's containers could not be listed: {}", Reasons.message(e));
                close();
            }
        }

        @Override
        public void onNext(Event event) {
            try {
                heard.accept(event);
            } catch (RuntimeException e) {
                log.error("An event of the engine was not understood: {}", event, e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (closed.getCount() > 0) {
                log.warn("The engine's events broke off: {}", Reasons.rootMessage(failure));
            }
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        @Override
        public void close() {
            Closeable opened = connection;
            try {
                if (opened != null) {
                    opened.close();
                }
            } catch (IOException e) {
                log.debug("The connection was broken already", e);
            } finally {
                ended.countDown();
            }
        }
    }
}
