/** What is rendered: meshes, instances, materials, textures and lights, wherever they came from. */
package farm.tilth.render.scene;
