package dev.dryberth.api.aws;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * One operation of a service: the method {@code listClusters(ListClustersRequest)} of its client.
 * It is looked up by its exact type, because asking the interface for its methods would load every
 * request, response and exception class of the service before the first answer.
 */
final class Operation {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.publicLookup();

    private final String name;
    private final boolean readOnly;
    private final Class<?> requestType;
    private final MethodHandle newBuilder;
    private final MethodHandle method;

    private Operation(
            String name, Class<?> requestType, MethodHandle newBuilder, MethodHandle method) {
        this.name = name;
        this.requestType = requestType;
        this.newBuilder = newBuilder;
        this.method = method;
        readOnly = name.startsWith("List") || name.startsWith("Describe") || name.startsWith("Get");
    }

    /** Absent if the service has no operation of that name. */
    static @Nullable Operation find(AwsService service, String name) {
        Class<?> api = service.api();
        String model = api.getPackageName() + ".model." + inWords(name);
        String request = model + "Request";
        try {
            Class<?> requestType = load(api, request);
            Class<?> builderType = load(api, request + "$Builder");
            Class<?> responseType = load(api, model + "Response");
            MethodHandle newBuilder =
                    LOOKUP.findStatic(requestType, "builder", MethodType.methodType(builderType));
            MethodHandle method =
                    LOOKUP.findVirtual(
                            api,
                            Character.toLowerCase(name.charAt(0)) + name.substring(1),
                            MethodType.methodType(responseType, requestType));
            return new Operation(
                    name,
                    requestType,
                    newBuilder.asType(MethodType.methodType(SdkPojo.class)),
                    method.bindTo(service.client())
                            .asType(MethodType.methodType(SdkPojo.class, SdkPojo.class)));
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException none) {
            return null;
        }
    }

    /** The SDK's classes write acronyms as words: DescribeSSLPolicies is DescribeSslPolicies. */
    private static String inWords(String name) {
        StringBuilder words = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean follows = i > 0 && Character.isUpperCase(name.charAt(i - 1));
            boolean begins = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
            words.append(follows && !begins ? Character.toLowerCase(c) : c);
        }
        return words.toString();
    }

    private static Class<?> load(Class<?> api, String name) throws ClassNotFoundException {
        return Class.forName(name, false, api.getClassLoader());
    }

    String name() {
        return name;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    SdkPojo newBuilder() {
        try {
            return (SdkPojo) newBuilder.invokeExact();
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    SdkPojo call(SdkPojo request) {
        try {
            return (SdkPojo) method.invokeExact(request);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    /**
     * Whether the client has a method of its own rather than the interface's, which only throws.
     * Asked when an UnsupportedOperationException came out of it: if so, that was a bug of ours.
     */
    boolean isBuilt(AwsService service) {
        try {
            String methodName = Character.toLowerCase(name.charAt(0)) + name.substring(1);
            return !service.client()
                    .getClass()
                    .getMethod(methodName, requestType)
                    .getDeclaringClass()
                    .equals(service.api());
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("the client lost the method " + name, impossible);
        }
    }

    private static RuntimeException unchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException expected -> expected;
            case Error fatal -> throw fatal;
            default -> new IllegalStateException("the SDK declares no checked exception", thrown);
        };
    }
}
