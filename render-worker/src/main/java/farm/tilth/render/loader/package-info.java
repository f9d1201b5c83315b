/** Reads and checks what strangers send: glTF, its pictures and environment maps; poses it and arranges its triangles. */
package farm.tilth.render.loader;
