/** Frames become a video, through FFmpeg. */
package farm.tilth.render.video;
