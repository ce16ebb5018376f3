/** What the tests of every module share: the summary line, and where real data lies. No tests. */
package org.espalier.testing;
