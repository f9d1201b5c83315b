/** The exact kernel as Java sees it: a scene in, the film of a rectangle out, on any device to the same bits. */
package farm.tilth.render.pathtracer;
