package dev.dryberth.core.model;

/**
 * The stages of a deployment that moves traffic from one revision (blue) to another (green), in
 * their order. AWS's documentation lists them under "lifecycle stages".
 */
public enum Stage {
    /** Only when more than one revision had tasks at the start: brings the service back to one. */
    RECONCILE_SERVICE,
    /** Nothing of green runs yet. */
    PRE_SCALE_UP,
    /** Green starts, beside blue, in the target groups that serve nobody. */
    SCALE_UP,
    POST_SCALE_UP,
    /** All test traffic goes to green. */
    TEST_TRAFFIC_SHIFT,
    POST_TEST_TRAFFIC_SHIFT,
    /** Comes before every step of the production traffic. */
    PRE_PRODUCTION_TRAFFIC_SHIFT,
    /** Production traffic moves: at once, or step by step with a bake time after each. */
    PRODUCTION_TRAFFIC_SHIFT,
    POST_PRODUCTION_TRAFFIC_SHIFT,
    /** Both run, green with all of the traffic. */
    BAKE_TIME,
    /** The revision that lost stops. From here on there is no way back. */
    CLEAN_UP;

    /** Whether a function can be called at this stage. */
    public boolean takesFunctions() {
        return switch (this) {
            case SCALE_UP, BAKE_TIME, CLEAN_UP -> false;
            case RECONCILE_SERVICE,
                    PRE_SCALE_UP,
                    POST_SCALE_UP,
                    TEST_TRAFFIC_SHIFT,
                    POST_TEST_TRAFFIC_SHIFT,
                    PRE_PRODUCTION_TRAFFIC_SHIFT,
                    PRODUCTION_TRAFFIC_SHIFT,
                    POST_PRODUCTION_TRAFFIC_SHIFT ->
                    true;
        };
    }

    /** Whether a deployment can be paused at this stage: where no traffic is being moved. */
    public boolean takesPauses() {
        return takesFunctions() && this != TEST_TRAFFIC_SHIFT && this != PRODUCTION_TRAFFIC_SHIFT;
    }

    /** Whether this stage comes after another, or is the same. */
    public boolean reached(Stage other) {
        return compareTo(other) >= 0;
    }

    /** The one after this; the last one stays. */
    public Stage next() {
        return switch (this) {
            case RECONCILE_SERVICE -> PRE_SCALE_UP;
            case PRE_SCALE_UP -> SCALE_UP;
            case SCALE_UP -> POST_SCALE_UP;
            case POST_SCALE_UP -> TEST_TRAFFIC_SHIFT;
            case TEST_TRAFFIC_SHIFT -> POST_TEST_TRAFFIC_SHIFT;
            case POST_TEST_TRAFFIC_SHIFT -> PRE_PRODUCTION_TRAFFIC_SHIFT;
            case PRE_PRODUCTION_TRAFFIC_SHIFT -> PRODUCTION_TRAFFIC_SHIFT;
            case PRODUCTION_TRAFFIC_SHIFT -> POST_PRODUCTION_TRAFFIC_SHIFT;
            case POST_PRODUCTION_TRAFFIC_SHIFT -> BAKE_TIME;
            case BAKE_TIME, CLEAN_UP -> CLEAN_UP;
        };
    }
}
