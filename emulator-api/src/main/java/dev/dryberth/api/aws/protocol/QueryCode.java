package dev.dryberth.api.aws.protocol;

/**
 * The codes of awsQuery. They are the exceptions' names without their end, but for these. Services
 * that came from that protocol to another one repeat the code in a header of their errors.
 */
public final class QueryCode {

    /** Where the other protocols repeat it. */
    public static final String HEADER = "x-amzn-query-error";

    private static final int SERVER_FAULT = 500;

    private QueryCode() {}

    public static String of(String name) {
        return switch (name) {
            case "ServerException" -> "InternalFailure";
            case "MissingRequiredParameterException" -> "MissingParameter";
            default -> without("Fault", without("Exception", name));
        };
    }

    private static String without(String end, String name) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }

    /** {@code Sender} or {@code Receiver}: whose fault it is. */
    public static String type(AwsError error) {
        return error.status() >= SERVER_FAULT ? "Receiver" : "Sender";
    }

    /** The header's value: {@code ResourceNotFound;Sender}. */
    public static String header(AwsError error) {
        return of(error.code()) + ";" + type(error);
    }
}
