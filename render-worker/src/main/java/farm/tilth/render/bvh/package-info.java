/** The bounding volume hierarchy over a scene's triangles. Its shape decides the speed of a picture, never its bits. */
package farm.tilth.render.bvh;
