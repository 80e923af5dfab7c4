package dev.dryberth.api.aws;

import dev.dryberth.api.aws.protocol.Protocol;
import dev.dryberth.api.http.Request;
import dev.dryberth.core.wire.Fragments;

import java.util.List;

/**
 * One AWS service as the chain knows it.
 *
 * @param name as IAM spells it before the colon: {@code ecs}
 * @param targetPrefixes how its requests name it: what stands before the operation in X-Amz-Target
 *     or in a path, and the Version that goes with an Action
 * @param signingNames under which clients sign for it, and which their host names begin with
 * @param protocols what it speaks; the last is taken for a request that is of none of them
 * @param api the SDK's client interface, whose methods are the operations there are
 * @param client implements {@code api}; an operation it does not override is not built. It is
 *     called wherever the {@link Dispatcher} calls it, never on a network thread
 * @param recordedOnly members accepted, kept and shown but not acted upon: {@code
 *     "RunTask.enableExecuteCommand"}
 * @param aside operations that compute for long or read files: they run beside the loop, on a
 *     thread of their own, and go to it by themselves for the state
 * @param waiting operations that wait for something else than the state: each runs on a thread of
 *     its own, and goes to the loop by itself
 * @param fragments finished JSON of values this service answers with, asked on a network thread
 */
public record AwsService(
        String name,
        List<String> targetPrefixes,
        List<String> signingNames,
        List<Protocol> protocols,
        Class<?> api,
        Object client,
        List<String> recordedOnly,
        List<String> aside,
        List<String> waiting,
        Fragments fragments) {

    public AwsService {
        if (!api.isInstance(client)) {
            throw new IllegalArgumentException(
                    "client: %s (expected: a %s)".formatted(client.getClass(), api));
        }
    }

    public AwsService(
            String name,
            String targetPrefix,
            List<String> signingNames,
            Protocol protocol,
            Class<?> api,
            Object client) {
        this(
                name,
                List.of(targetPrefix),
                signingNames,
                List.of(protocol),
                api,
                client,
                List.of(),
                List.of(),
                List.of(),
                Fragments.NONE);
    }

    /** The one of its protocols that a request is of. */
    Protocol protocol(Request request) {
        for (Protocol each : protocols) {
            if (each.speaks(request)) {
                return each;
            }
        }
        return protocols.getLast();
    }

    public AwsService withRecordedOnly(List<String> members) {
        return new AwsService(
                name,
                targetPrefixes,
                signingNames,
                protocols,
                api,
                client,
                members,
                aside,
                waiting,
                fragments);
    }

    public AwsService withAside(List<String> operations) {
        return new AwsService(
                name,
                targetPrefixes,
                signingNames,
                protocols,
                api,
                client,
                recordedOnly,
                operations,
                waiting,
                fragments);
    }

    public AwsService withWaiting(List<String> operations) {
        return new AwsService(
                name,
                targetPrefixes,
                signingNames,
                protocols,
                api,
                client,
                recordedOnly,
                aside,
                operations,
                fragments);
    }

    public AwsService withFragments(Fragments known) {
        return new AwsService(
                name,
                targetPrefixes,
                signingNames,
                protocols,
                api,
                client,
                recordedOnly,
                aside,
                waiting,
                known);
    }
}
