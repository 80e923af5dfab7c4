package dev.dryberth.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * Sets up the log in a few calls instead of an XML file, whose parsing would be a good part of the
 * start: our own messages from INFO, the libraries' from WARN, on standard error. Logback finds
 * this class as a service.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogbackConfigurator extends ContextAwareBase implements Configurator {
    /**
     * System property with the name of a {@link LogFormat}, to be set before the first logger is
     * asked for.
     */
    static final String FORMAT_PROPERTY = "dryberth.log.format";

    /** The logger of the API's calls. */
    private static final String CALLS = "dryberth.api";

    private static final String OURS = "dev.dryberth";
    private static final String DAEMON = "dryberth";

    /** Whether the API's calls are logged; for the demo, which makes many to look on. */
    static void logCalls(boolean wanted) {
        if (LoggerFactory.getLogger(CALLS) instanceof ch.qos.logback.classic.Logger calls) {
            calls.setLevel(wanted ? Level.INFO : Level.WARN);
        }
    }

    /** From now on only warnings and worse are logged; for a daemon inside another command. */
    static void logWarningsOnly() {
        for (String each : List.of(OURS, DAEMON)) {
            if (LoggerFactory.getLogger(each) instanceof ch.qos.logback.classic.Logger logger) {
                logger.setLevel(Level.WARN);
            }
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(context));
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        context.getLogger(OURS).setLevel(Level.INFO);
        context.getLogger(DAEMON).setLevel(Level.INFO);
        // It logs, with its stack, every failure it hands to us; a missing image is an ordinary
        // one.
        context.getLogger("com.github.dockerjava.api.async.ResultCallbackTemplate")
                .setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        return switch (LogFormat.valueOf(
                System.getProperty(FORMAT_PROPERTY, LogFormat.TEXT.name()))) {
            case TEXT -> text(context);
            case JSON -> json(context);
        };
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        TextLayout layout = new TextLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }
}
