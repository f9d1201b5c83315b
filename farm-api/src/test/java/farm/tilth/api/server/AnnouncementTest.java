package farm.tilth.api.server;

import static farm.tilth.api.TestKeys.as;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.protocol.Json;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AnnouncementTest {
    @Inject
    Announcement announcement;

    @Inject
    DataFolder folder;

    @Test
    void keyAndAddressAreForTheOwnerOfTheFolder() throws IOException {
        announcement.publish();
        Announcement.Contact contact = Json.read(Files.readString(folder.announcement()), Announcement.Contact.class);
        assertEquals("http://127.0.0.1:" + RestAssured.port, contact.url());
        as(contact.key()).get("/api/v1/account").then().statusCode(200);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.announcement())));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.firstKey())));
    }
}
