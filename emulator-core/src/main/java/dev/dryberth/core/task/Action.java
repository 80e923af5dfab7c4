package dev.dryberth.core.task;

/** Something a task's lifecycle asks for; the engine turns it into an effect of the runtime. */
public sealed interface Action {

    record Pull(String container) implements Action {}

    record Start(String container) implements Action {}

    record StopContainer(String container) implements Action {}

    /** Remove every container and volume of the task. */
    record Clean() implements Action {}

    /** Give the task's network interface back. */
    record ReleaseEni() implements Action {}
}
