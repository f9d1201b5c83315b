/** What a render worker does with a task: it renders tiles, inspects scenes and assembles pictures. */
package farm.tilth.render;
