/** What is rendered: glTF read, checked, posed at a time and flattened into arrays for the kernel. */
package farm.tilth.render.scene;
