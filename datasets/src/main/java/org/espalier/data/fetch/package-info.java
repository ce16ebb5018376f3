/**
 * Downloads of public data sets: resumable, checked, written beside and renamed.
 *
 * <p>Here belong HTTP, checksums, the unpacking of archives and the official addresses. How the
 * files are read afterwards belongs in the formats' packages.
 */
package org.espalier.data.fetch;
