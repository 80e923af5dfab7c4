package dev.dryberth.core.balancing;

/**
 * What the data plane tells about targets. Called on the data plane's own threads, which must not
 * be held up: an implementation posts to its loop and returns.
 */
public interface TargetReports {

    /** One health check of one target has ended. */
    void probed(String targetGroupArn, String targetId, int port, ProbeResult result);

    /**
     * A draining target has no request or flow left. Told once each time this becomes so; it stays
     * so, since a draining target gets nothing new.
     */
    void idle(String targetGroupArn, String targetId, int port);
}
