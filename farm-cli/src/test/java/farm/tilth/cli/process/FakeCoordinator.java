package farm.tilth.cli.process;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that starts as a coordinator does: it writes its address and key, answers, and ends with its parent. */
final class FakeCoordinator {
    private FakeCoordinator() {}

    public static void main(String[] args) throws IOException {
        Path data = Path.of(System.getenv("TILTH_DATA"));
        int port = Integer.parseInt(System.getenv("TILTH_PORT"));
        Files.writeString(
                data.resolve("coordinator.pid"),
                String.valueOf(ProcessHandle.current().pid()));
        System.out.println("the coordinator starts");
        if (Files.exists(data.resolve("broken"))) {
            System.out.println("the database is broken");
            System.exit(3);
        }
        if (Files.exists(data.resolve("refused"))) {
            System.out.println("another farm uses the folder");
            System.exit(Program.REFUSED);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4);
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/api/v1/farm", exchange -> {
            byte[] farm = "{\"workers\":{\"total\":9}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, farm.length);
            exchange.getResponseBody().write(farm);
            exchange.close();
        });
        server.start();
        if (!Files.exists(data.resolve("mute"))) {
            Files.writeString(
                    data.resolve(System.getenv("TILTH_ANNOUNCEMENT")),
                    "{\"url\":\"http://127.0.0.1:" + port + "\",\"key\":\"k\"}");
        }
        FakeWorker.awaitParent();
    }
}
