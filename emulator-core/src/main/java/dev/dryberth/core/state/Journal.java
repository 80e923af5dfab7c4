package dev.dryberth.core.state;

import java.io.IOException;
import java.util.List;

/**
 * Where committed changes are kept. The engine calls {@link #restore} once, before its loop runs,
 * and {@link #append} from its one journal thread.
 */
public interface Journal extends AutoCloseable {

    /** Puts every stored row into the world's tables. */
    void restore(World world) throws IOException;

    /** Writes all changes as one transaction; durable when it returns. */
    void append(List<Change> changes) throws IOException;

    @Override
    void close();
}
