package dev.dryberth.api.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Lambda's Invoke API on a port of 127.0.0.1, with a script for a function. */
public final class FunctionServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Script script;

    /** One call: path and query it came to, its headers of interest, the event. */
    public record Call(String target, String authorization, String event) {}

    /** What the function does with an event. */
    public interface Script {
        void answer(HttpExchange exchange, String event) throws Exception;
    }

    public FunctionServer(Script script) throws IOException {
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** Always returns the same. */
    public static Script returning(String result) {
        return (exchange, event) -> answer(exchange, 200, result);
    }

    public void become(Script next) {
        script = next;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Call> calls() {
        return calls;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String event =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            calls.add(
                    new Call(
                            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                            event));
            script.answer(exchange, event);
        } catch (IOException | RuntimeException gone) {
            throw gone;
        } catch (Exception scripted) {
            throw new IOException(scripted);
        }
    }

    public static void answer(HttpExchange exchange, int status, String body, String... headers)
            throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
