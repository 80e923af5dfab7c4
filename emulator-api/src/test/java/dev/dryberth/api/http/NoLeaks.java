package dev.dryberth.api.http;

import io.netty.util.LeakPresenceDetector;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test after which a Netty buffer is still held. The test must have closed its server by
 * then, in an {@code @AfterEach} or with try.
 */
public final class NoLeaks implements AfterEachCallback {

    @Override
    public void afterEach(ExtensionContext context) {
        LeakPresenceDetector.check();
    }
}
