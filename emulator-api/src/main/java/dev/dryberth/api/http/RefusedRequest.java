package dev.dryberth.api.http;

/** A request the server answers itself, closing the connection after it. */
final class RefusedRequest extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String answer;

    RefusedRequest(int status, String answer) {
        super(answer, null, false, false);
        this.status = status;
        this.answer = answer;
    }

    static RefusedRequest bodyTooLarge(int limitBytes) {
        return new RefusedRequest(
                413, "The body is too large (expected: <= %d bytes).".formatted(limitBytes));
    }

    int status() {
        return status;
    }

    String answer() {
        return answer;
    }
}
