package farm.tilth.api.upload;

/** A scene is INSPECTING until a trusted worker has read it, and then READY or REFUSED for ever. */
public enum SceneState {
    INSPECTING,
    READY,
    REFUSED
}
