package farm.tilth.render;

import farm.tilth.render.loader.RadianceHdr;
import farm.tilth.render.loader.SceneFile;
import farm.tilth.render.loader.SceneSource;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Scene;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the scenes of a list, each with the light of its recipe alone. */
final class SceneLoader {
    private Optional<Path> environmentFile = Optional.empty();
    private Optional<Environment> environment = Optional.empty();

    Scene load(SceneList.Entry entry) throws InterruptedException {
        SceneFile file = SceneFile.load(SceneSource.of(entry.model()));
        for (String notice : file.notices()) {
            System.out.printf("%-28s notice: %s%n", entry.name(), notice);
        }
        double aspect = (double) entry.width() / entry.height();
        Scene posed = file.pose(entry.camera(), aspect, entry.animation(), entry.seconds());
        return posed.under(environment(entry.environment(), entry.environmentDegrees()));
    }

    /** The map, which the camera does not see; the last one is kept, for lists use one over and over. */
    private Optional<Environment> environment(Optional<Path> file, double degrees) throws InterruptedException {
        if (file.isPresent() && (!file.equals(environmentFile) || degrees != 0)) {
            environment = Optional.of(RadianceHdr.read(file.get(), file.get().toString(), degrees, 1, false));
            environmentFile = degrees == 0 ? file : Optional.empty();
        }
        return file.isPresent() ? environment : Optional.empty();
    }
}
