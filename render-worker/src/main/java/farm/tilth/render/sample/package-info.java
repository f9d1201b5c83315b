/** Makes the sample scene, so that a first picture needs no file. */
package farm.tilth.render.sample;
