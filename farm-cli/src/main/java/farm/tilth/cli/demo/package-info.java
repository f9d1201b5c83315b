/** The whole farm in one run: a scene, an animation and a model go through it, and its books are checked. */
package farm.tilth.cli.demo;
